// The subgraphs that gateways are measured against: each answers a request body that it knows from memory,
// and asks the oracle about one that it does not. HTTP/1.1 by hand (keep-alive, pipelining), so that the
// gateway is the bottleneck.
//
//	front ORACLE NAME...
//
// listens on a free port for each name, asks about it at ORACLE/NAME, and prints where it listens as a line
// of JSON. GET on `counts` says how many requests it has had, and how many of them carried an `authorization`.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

var requests, authorized atomic.Int64

// An alias of this form (and of this length) stands in operations that no gateway has seen before. What is
// asked is known all the same: only the alias differs.
const aliasPrefix = "cold"
const aliasZero = "cold00000000"

type subgraph struct {
	oracle string
	mutex  sync.RWMutex
	known  map[string][]byte
}

func (s *subgraph) answer(body []byte) []byte {
	if at := bytes.Index(body, []byte(aliasPrefix)); at >= 0 && len(body) >= at+len(aliasZero) {
		alias := bytes.Clone(body[at : at+len(aliasZero)])
		answer := s.remembered(bytes.ReplaceAll(body, alias, []byte(aliasZero)))
		return bytes.ReplaceAll(answer, []byte(aliasZero), alias)
	}
	return s.remembered(body)
}

func (s *subgraph) remembered(body []byte) []byte {
	s.mutex.RLock()
	answer, known := s.known[string(body)]
	s.mutex.RUnlock()
	if known {
		return answer
	}
	response, err := http.Post(s.oracle, "application/json", bytes.NewReader(body))
	if err != nil {
		return []byte("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return []byte("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
	}
	head := "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + strconv.Itoa(len(text)) + "\r\n\r\n"
	answer = append([]byte(head), text...)
	s.mutex.Lock()
	s.known[string(body)] = answer
	s.mutex.Unlock()
	return answer
}

func (s *subgraph) serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 64<<10)
	for {
		body, err := readRequest(reader)
		if err != nil {
			return
		}
		requests.Add(1)
		if _, err := connection.Write(s.answer(body)); err != nil {
			return
		}
	}
}

func readRequest(reader *bufio.Reader) ([]byte, error) {
	length, chunked := 0, false
	for first := true; ; first = false {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 && !first {
			break
		}
		if value, ok := header(line, "content-length:"); ok {
			if length, err = strconv.Atoi(value); err != nil {
				return nil, err
			}
		} else if _, ok := header(line, "transfer-encoding:"); ok {
			chunked = true
		} else if _, ok := header(line, "authorization:"); ok {
			authorized.Add(1)
		}
	}
	if !chunked {
		body := make([]byte, length)
		_, err := io.ReadFull(reader, body)
		return body, err
	}
	body := []byte{}
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return nil, err
		}
		from := len(body)
		body = append(body, make([]byte, size)...)
		if _, err := io.ReadFull(reader, body[from:]); err != nil {
			return nil, err
		}
		if _, err := reader.ReadSlice('\n'); err != nil {
			return nil, err
		}
		if size == 0 {
			return body, nil
		}
	}
}

func header(line []byte, name string) (string, bool) {
	if len(line) < len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return "", false
	}
	return strings.TrimSpace(string(line[len(name):])), true
}

func listen() (net.Listener, string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return listener, "http://" + listener.Addr().String()
}

func main() {
	oracle, names := os.Args[1], os.Args[2:]
	addresses := map[string]string{}
	for _, name := range names {
		listener, address := listen()
		addresses[name] = address
		s := &subgraph{oracle: oracle + "/" + name, known: map[string][]byte{}}
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				go s.serve(connection)
			}
		}()
	}
	counts, address := listen()
	line, err := json.Marshal(map[string]any{"subgraphs": addresses, "counts": address})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
	log.Fatal(http.Serve(counts, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"requests":%d,"authorized":%d}`, requests.Load(), authorized.Load())
	})))
}
